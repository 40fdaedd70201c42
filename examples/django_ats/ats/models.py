"""Applicants, their applications and documents."""

from django.db import models


class Applicant(models.Model):
    """A person; `referral` is empty for those who applied here themselves."""

    given = models.CharField(max_length=120)
    family = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    referral = models.CharField(max_length=22, blank=True, db_index=True)


class Application(models.Model):
    """An application for a job, and how it ended."""

    applicant = models.ForeignKey(Applicant, on_delete=models.CASCADE)
    job = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    occupation = models.CharField(max_length=5, blank=True)  # KldB 2010
    skills = models.JSONField(default=list)
    rank = models.PositiveSmallIntegerField(null=True)  # 1 was hired, 2 came second
    rejected_on = models.DateField(null=True)


class Document(models.Model):
    """A file of an applicant."""

    applicant = models.ForeignKey(Applicant, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
