"""How much of a message is read. Beyond them nothing is lost: the message stays where it lies."""

MAX_PARTS = 500  # leaves and containers of one message with all that is nested in it
MAX_DEPTH = 5  # messages inside messages that are opened
MAX_TEXT = 400_000  # characters of the text that is shown and checked, of one message
MAX_HEADERS = 120  # header lines kept for the page
MAX_HEADER = 2_000  # characters of one header line kept
MAX_NAME = 200  # characters of the name of an attachment
MAX_SUBJECT = 500
MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3 less the brackets
