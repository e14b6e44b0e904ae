"""Telegram: one bot, private chats, through a webhook or by asking for news."""
