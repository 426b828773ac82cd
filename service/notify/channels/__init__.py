"""The channels that ship with the product; a stranger's channel is registered the same way."""
