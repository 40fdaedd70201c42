"""A folder as an applicant-tracking system: hand-over by a recruiter, without any interface."""

from fachkraft_share_files.adapter import FilesAdapter

__all__ = ["FilesAdapter"]
