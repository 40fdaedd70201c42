"""The shared suite passes with all applications in one export file, too."""

import pytest

from fachkraft_share.testing.adapter_suite import AtsAdapterSuite


class TestCsv(AtsAdapterSuite):
    """All applications in one CSV file."""

    @pytest.fixture
    def harness_type(self, csv_harness):
        """Return the harness with one CSV file."""
        return csv_harness


class TestXlsx(AtsAdapterSuite):
    """All applications in one workbook."""

    @pytest.fixture
    def harness_type(self, xlsx_harness):
        """Return the harness with one workbook."""
        return xlsx_harness
