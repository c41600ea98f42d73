"""What LINE accepts, as its Messaging API reference says; what a number counts is in counting.py.

https://developers.line.biz/en/reference/messaging-api/
"""

MESSAGES = 5
"""Message objects of one reply or push."""
REQUEST_BYTES = 2_000_000

TEXT = 5_000
ALT_TEXT = 1_500

BUBBLE_BYTES = 30_000
CAROUSEL_BYTES = 50_000
BUBBLES = 12
"""Of one carousel; all of the same width."""

QUICK_REPLIES = 13
QUICK_REPLY_LABEL = 20
FLEX_LABEL = 40
RICH_MENU_LABEL = 20

POSTBACK_DATA = 300
DISPLAY_TEXT = 300
MESSAGE_TEXT = 300
URI = 1_000
IMAGE_URL = 2_000

SENDER_NAME = 20
FORBIDDEN_IN_NAMES = "LINE"
"""A sender may not call itself so."""

CHAT_BAR_TEXT = 14
AREAS = 20
IMAGE_WIDTHS = (800, 2_500)
IMAGE_HEIGHT = 250
"""At least."""
IMAGE_RATIO = 1.45
"""Width to height, at least."""
IMAGE_BYTES = 1_000_000
