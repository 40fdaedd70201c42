"""The pages of a company's own staff, over one member's façade; any server may carry them."""
