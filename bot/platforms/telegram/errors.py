"""What can come of a call besides an answer and Failure."""


class Taken(Exception):
    """Another process asks for updates with this token."""


class Hooked(Exception):
    """A webhook is set, so Telegram refuses long polling."""


class TooBig(Exception):
    """The file is larger than we take."""
