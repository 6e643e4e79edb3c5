"""Whether the kernel's modules that left-out.txt leaves on the card are all that a Pi needs."""

import lzma
import re
from collections.abc import Iterable
from pathlib import Path

NEEDED = (
    # What the device trees of the Pi 3, 4 and 400 name (of: lines in the kernel's modules.alias),
    # without Bluetooth.
    *("bcm2711_thermal", "bcm2835", "bcm2835_rng", "bcm2835_thermal", "bcm2835_wdt", "dwc2"),
    *("genet", "i2c_bcm2835", "iproc_rng200", "mdio_bcm_unimac", "onboard_usb_dev"),
    *("pwm_bcm2835", "raspberrypi_cpufreq", "reset_raspberrypi", "sdhci_iproc", "spi_bcm2835"),
    *("spi_bcm2835aux", "snd_soc_bcm2835_i2s", "snd_soc_hdmi_codec", "v3d", "vc4", "vchiq"),
    *("xhci_pci", "xhci_plat_hcd", "snd_bcm2835", "panel_raspberrypi_touchscreen"),
    # Its network, on the board and on USB.
    *("brcmfmac", "brcmfmac_wcc", "brcmfmac_cyw", "broadcom", "lan78xx", "smsc95xx", "microchip"),
    *("r8152", "asix", "cdc_ether", "rtl8xxxu", "mt76x2u", "rt2800usb", "ath9k_htc"),
    # Disks, keys, sound, television.
    *("ext4", "vfat", "exfat", "overlay", "zram", "nls_ascii", "nls_cp437", "usb_storage", "uas"),
    *(
        "sd_mod",
        "usbhid",
        "hid_generic",
        "hid_multitouch",
        "snd_usb_audio",
        "i2c_dev",
        "udl",
        "cec",
    ),
    # What the tests emulate.
    *("virtio_blk", "virtio_net", "virtio_gpu", "snd_hda_intel", "snd_hda_codec_generic"),
    *("vivid", "mac80211_hwsim"),
)
DEPENDS = re.compile(rb"\0depends=([^\0]*)\0")


def check(root: Path) -> None:
    """Raises ``SystemExit`` with what a root's kernel lacks of it."""
    for kernel in (root / "usr/lib/modules").iterdir():
        if missing := lacking(kernel):
            said = ", ".join(f"{name} (for {why})" for name, why in missing.items())
            raise SystemExit(f"make image: left-out.txt leaves out {said}")


def lacking(modules: Path, needed: Iterable[str] = NEEDED) -> dict[str, str]:
    """What is neither a file in a kernel's folder of modules nor built in, and what needs it."""
    found = {_name(file.name): file for file in modules.rglob("*.ko.xz")}
    builtin = (modules / "modules.builtin").read_text()
    built_in = {_name(Path(line).name) for line in builtin.splitlines()}
    missing: dict[str, str] = {}
    asked = dict.fromkeys(needed, "a Pi")
    waiting = list(asked)
    while waiting:
        name = waiting.pop()
        if name in built_in:
            continue
        if name not in found:
            missing[name] = asked[name]
            continue
        for other in needs(lzma.decompress(found[name].read_bytes())):
            if other not in asked:
                asked[other] = name
                waiting.append(other)
    return missing


def needs(module: bytes) -> list[str]:
    """The names of other modules, as the module itself tells them."""
    told = DEPENDS.search(module)
    return [_name(name) for name in told[1].decode().split(",") if name] if told else []


def _name(file: str) -> str:
    return file.strip().split(".")[0].replace("-", "_")
