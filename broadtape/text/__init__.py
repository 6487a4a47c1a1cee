"""What people and the web wrote, as text: shown safely, compared word by word, decoded by the right charset."""
