"""What is known of accounts and addresses, the words of templates, and mails in timelines."""
