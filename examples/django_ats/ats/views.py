"""What recruiters see of this system itself."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from ats.models import Applicant


def applicants(request: HttpRequest) -> HttpResponse:
    """List the applicants, for those who are signed in as staff."""
    if not request.user.is_staff:
        return HttpResponse("sign in first", status=401)
    rows = Applicant.objects.values("id", "given", "family", "referral")
    return JsonResponse({"applicants": list(rows)})
