"""企业微信, the way of a self-built application: callbacks in, calls out."""
