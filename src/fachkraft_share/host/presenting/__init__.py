"""People present themselves: graduates, returnees, partners, invited for education or advice."""
