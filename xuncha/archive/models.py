"""Files kept as they came."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class StoredFile(models.Model):
    """存档文件: the bytes of one file, kept once under their SHA-256, sealed on disk.

    ``size`` and ``sha256`` are those of the plain bytes. ``place`` is its path below the folder of files; the name it
    came under belongs to whoever refers to it. ``wrapped`` is its own key, wrapped by a master key; null for a file of
    an older version that lies there plain until `xuncha migrate` or `xuncha keys rotate` seals it.
    ``refused`` says why its bytes were destroyed and are not taken in again (``secrecy_marked``, ``active_content``);
    ``destroyed``: its term was over, and the same bytes may come again; empty for a file in use.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    place = models.CharField(max_length=100)
    wrapped = models.BinaryField(null=True, default=None)
    refused = models.CharField(max_length=20, blank=True, default="")
    taken_in_at = models.DateTimeField(default=timezone.now)
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.sha256[:12]
