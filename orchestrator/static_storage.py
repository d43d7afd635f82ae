"""Static files under names that hold their content's hash, so that browsers keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True  # or `import "./x.js"` asks for the unhashed name

    def stored_name(self, name: str) -> str:
        """Nothing collected (tests, first start with DEBUG): names stay as they are."""
        return str(super().stored_name(name)) if self.hashed_files else name
