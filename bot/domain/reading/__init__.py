"""Reading what people type: words, numbers, languages and corrections."""
