"""What the image leaves out of its packages, and what stays: the patterns as dpkg reads them."""

import fnmatch
import lzma
from pathlib import Path

import pytest

from tests.support.image_program import step

base, modules = step("base"), step("modules")
KERNEL = "/usr/lib/modules/6.12.1-arm64/kernel"
NOTO = "/usr/share/fonts/truetype/noto"


def stays(path: str) -> bool:
    """dpkg(1): the last pattern that fits decides, and ``*`` crosses folders."""
    kept = True
    for option in base.left_out():
        kind, pattern = option.split("=", 1)
        if fnmatch.fnmatchcase(path, pattern):
            kept = kind == "path-include"
    return kept


@pytest.mark.parametrize(
    "path",
    [
        "/usr/lib/chromium/chromium-shell",
        "/usr/lib/chromium/content_shell.pak",
        "/usr/lib/chromium/icudtl.dat",
        "/usr/lib/kioskd/python3.13/kioskd/__init__.py",
        "/usr/share/doc/kioskd/copyright",
        "/usr/share/zoneinfo/America/Sao_Paulo",
        "/usr/lib/aarch64-linux-gnu/libgallium-25.0.7.so",
        "/usr/lib/firmware/brcm/brcmfmac43455-sdio.raspberrypi,4-model-b.txt",
        "/usr/lib/firmware/cypress/cyfmac43455-sdio.bin",
        "/usr/lib/firmware/cypress/cyfmac43430-sdio.clm_blob",
        "/usr/lib/linux-image-6.12.1-arm64/broadcom/bcm2711-rpi-4-b.dtb",
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        *(f"{NOTO}/{name}" for name in ("NotoColorEmoji.ttf", "NotoSans-Regular.ttf")),
        *(f"{NOTO}/NotoSans{name}-Regular.ttf" for name in ("Devanagari", "Thai", "Arabic")),
        *(f"{NOTO}/NotoSans{name}-Bold.ttf" for name in ("Bengali", "Tamil", "Georgian")),
        f"{KERNEL}/drivers/gpu/drm/vc4/vc4.ko.xz",
        f"{KERNEL}/drivers/gpu/drm/drm_kms_helper.ko.xz",
        f"{KERNEL}/drivers/net/ethernet/broadcom/genet/genet.ko.xz",
        f"{KERNEL}/drivers/net/wireless/broadcom/brcm80211/brcmfmac/brcmfmac.ko.xz",
        f"{KERNEL}/drivers/staging/vc04_services/bcm2835-audio/snd-bcm2835.ko.xz",
        f"{KERNEL}/drivers/usb/gadget/udc/udc-core.ko.xz",
        f"{KERNEL}/sound/usb/snd-usb-audio.ko.xz",
    ],
)
def test_what_a_wall_needs_stays(path: str) -> None:
    assert stays(path)


@pytest.mark.parametrize(
    "path",
    [
        "/usr/share/man/man1/apt.1.gz",
        "/usr/share/doc/apt/changelog.gz",
        "/usr/lib/kioskd/python3.11/kioskd/__init__.py",
        "/usr/lib/chromium/resources.pak",
        "/usr/lib/chromium/libvk_swiftshader.so",
        "/usr/lib/firmware/brcm/brcmfmac4366c-pcie.bin",
        "/usr/lib/linux-image-6.12.1-arm64/qcom/sc8280xp.dtb",
        f"{NOTO}/NotoSerif-Regular.ttf",
        f"{NOTO}/NotoSansSignWriting-Regular.ttf",
        f"{KERNEL}/drivers/gpu/drm/amd/amdgpu/amdgpu.ko.xz",
        f"{KERNEL}/drivers/net/ethernet/mellanox/mlx5/core/mlx5_core.ko.xz",
        f"{KERNEL}/fs/btrfs/btrfs.ko.xz",
    ],
)
def test_what_no_wall_needs_is_left_out(path: str) -> None:
    assert not stays(path)


def module(*needed: str) -> bytes:
    """What is told of a module inside it, packed as Debian packs it."""
    told = ",".join(needed).encode()
    return lzma.compress(b"\x7fELF\0license=GPL\0depends=" + told + b"\0name=x\0")


def test_a_module_that_lacks_what_it_needs_is_named_with_what_needs_it(tmp_path: Path) -> None:
    (tmp_path / "modules.builtin").write_text("kernel/drivers/clk/bcm/clk-raspberrypi.ko\n")
    drivers = tmp_path / "kernel/drivers"
    drivers.mkdir(parents=True)
    (drivers / "vc4.ko.xz").write_bytes(module("drm", "snd-soc-core", "clk_raspberrypi"))
    (drivers / "drm.ko.xz").write_bytes(module())
    (drivers / "snd-soc-core.ko.xz").write_bytes(module("snd-pcm"))
    said = modules.lacking(tmp_path, ["vc4", "genet"])
    assert said == {"snd_pcm": "snd_soc_core", "genet": "a Pi"}


def test_a_root_whose_kernel_lacks_a_driver_is_refused(tmp_path: Path) -> None:
    kernel = tmp_path / "usr/lib/modules/6.12.1-arm64"
    kernel.mkdir(parents=True)
    (kernel / "modules.builtin").write_text("")
    with pytest.raises(SystemExit, match=r"leaves out .*vc4 \(for a Pi\)"):
        modules.check(tmp_path)
