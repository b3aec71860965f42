"""What the database itself refuses of the statistics: a fact changed, a release changed or taken away."""

from speakup.web.triggers import append_only, insert_only

TRIGGERS = (
    insert_only("culture_factinbox"),
    insert_only("culture_fact"),
    *append_only("culture_release"),
    *append_only("culture_publishedtable"),
)
