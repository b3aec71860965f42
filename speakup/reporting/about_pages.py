"""The pages to read before telling, at paths that say nothing: /about/<number>/ (reporter-journey.md, 9)."""

RIGHT_PLACE, EXAMPLES, DUTY, DEVICE = "right-place", "examples", "duty", "device"
ABOUT_PAGES = (RIGHT_PLACE, EXAMPLES, DUTY, DEVICE)


class AboutPageConverter:
    """Between the name of a page, which templates use ({% url 'about' 'duty' %}), and its number in the path."""

    regex = "[0-9]{1,2}"

    def to_python(self, value: str) -> str:
        """The page's name. ValueError, which is 'no such page', for a number of none."""
        number = int(value)
        if not 1 <= number <= len(ABOUT_PAGES) or value != str(number):
            raise ValueError
        return ABOUT_PAGES[number - 1]

    def to_url(self, value: str) -> str:
        """The page's number. ValueError for the name of none."""
        return str(ABOUT_PAGES.index(value) + 1)
