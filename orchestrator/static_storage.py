"""Static files under names that hold their content's hash, so that browsers keep them for ever."""

from typing import Any

import brotli  # type: ignore[import-untyped]
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

QUALITY = 10  # of Brotli's eleven: the last saves 3 %, and takes twice as long


class QuickCompressor(Compressor):
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=QUALITY))


class HashedStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True  # or `import "./x.js"` asks for the unhashed name

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)

    def stored_name(self, name: str) -> str:
        """Nothing collected (tests, first start with DEBUG): names stay as they are."""
        return str(super().stored_name(name)) if self.hashed_files else name
