"""The doctor: looks at everything, changes nothing, says what is wrong in words."""
