"""Buttons on GPIO lines and keys of keypads: two parts of a kiosk, and one to who looks at it."""

from kioskd.core.status import ButtonsStatus, KeysStatus


def together(buttons: ButtonsStatus, keys: KeysStatus) -> ButtonsStatus:
    """Both as the wall and other kiosks tell of them: a device counts as one that works."""
    if keys.state == "off":
        return buttons
    count = buttons.count + len(keys.devices)
    if keys.state == "failed":
        detail = "; ".join(said for said in (buttons.detail, keys.detail) if said)
        return ButtonsStatus("failed", detail, count)  # without a code: the detail says it all
    if buttons.state == "off":
        return ButtonsStatus("ok", "", count)
    return ButtonsStatus(buttons.state, buttons.detail, count, buttons.code, buttons.about)
