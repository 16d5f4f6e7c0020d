# Puts the new content beside the file, so that pointing the pooler only renames it.
# Argument: the file.
lock
find_file "$1"
write_next
