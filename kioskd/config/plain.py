"""Foreign text in one line that no terminal obeys."""


def one_line(text: str) -> str:
    """``text`` without what a terminal obeys or a log takes for another line.

    Unicode's control and format characters go, since some of them turn the order of a line around.
    """
    if text.isprintable():
        return text
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character in "\t\r\n" else "\N{REPLACEMENT CHARACTER}"
