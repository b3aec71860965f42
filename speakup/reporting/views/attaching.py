"""Taking over what was uploaded: each sealed file is examined and gets its row, each refused one its reason."""

from django.http import HttpRequest

from speakup.reporting.sealing import Refusal, SealedUpload
from speakup.reporting.slots import DraftSlot, ReportSlot
from speakup.reporting.uploads import FileRefused, NotTaken, attach_file, examine_upload
from speakup.reporting.views.navigation import reporter_of


def uploads_of(request: HttpRequest) -> list[SealedUpload]:
    return [each for each in request.FILES.getlist("attachments") if isinstance(each, SealedUpload)]


def lost_uploads(request: HttpRequest) -> bool:
    """Whether files came for which nothing was open: not a byte of them was kept."""
    return any(each.sealed is None and each.refusal is None for each in uploads_of(request))


def attach_uploads(request: HttpRequest, slot: DraftSlot | ReportSlot) -> list[tuple[str, Refusal]]:
    """Attach every file of this post that can be; the names of the others, with why. Raises NoOwner."""
    refused = []
    for upload in uploads_of(request):
        refusal = upload.refusal
        if upload.sealed is not None:
            try:
                attach_file(slot, examine_upload(request, upload.sealed), reporter_of(request).now)
            except (FileRefused, NotTaken) as refused_now:
                refusal = refused_now.refusal
        if refusal is not None:
            refused.append((upload.name or "", refusal))
    return refused
