"""Coming in: sign-in, sign-out, invitation, password."""
