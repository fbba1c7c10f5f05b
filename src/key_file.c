/*
 * key_file.c
 *		Secrets in files that only the server may read.
 *
 * Promise: nothing is kept, and no refusal shows a byte of the file, nor its
 * path, which only superusers may know.  It must never read a file that others
 * than the server's user and root could have written, or can read.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"

#include "key_file.h"

/*
 * The rule of the server's own TLS keys: of the server's user and open to nobody
 * else, or of root and at most readable for a group.
 */
static const char *
refuse_status(const struct stat *file)
{
	mode_t		forbidden = S_IRWXG | S_IRWXO;

	if (!S_ISREG(file->st_mode))
		return "It is not a regular file.";
	if (file->st_uid != geteuid())
	{
		if (file->st_uid != 0)
			return "It belongs neither to the server's user nor to root.";
		forbidden = S_IWGRP | S_IXGRP | S_IRWXO;
	}
	if (file->st_mode & forbidden)
		return psprintf("Its mode is %04o, which opens it to others.",
						(unsigned int) (file->st_mode & 07777));
	if (file->st_size > KEY_FILE_MAX_LENGTH)
		return psprintf("It is longer than %d bytes.", KEY_FILE_MAX_LENGTH);
	return NULL;
}

/* -1 for a failure, with errno; what was read before it is wiped */
static int
read_whole(int file, char content[KEY_FILE_MAX_LENGTH])
{
	int			length = 0;
	int			got;

	while (length < KEY_FILE_MAX_LENGTH &&
		   (got = read(file, content + length, KEY_FILE_MAX_LENGTH - length)) != 0)
	{
		if (got > 0)
			length += got;
		else if (errno != EINTR)
		{
			explicit_bzero(content, length);
			return -1;
		}
	}
	return length;
}

/*
 * What is checked is the file that is open, not a name that may change hands.
 * Nonblocking, since opening a pipe would wait for a writer.
 */
int
key_file_read(const char *path, char content[KEY_FILE_MAX_LENGTH], const char **refusal)
{
	struct stat status;
	int			file;
	int			length = -1;

	*refusal = NULL;
	if (!is_absolute_path(path))
	{
		*refusal = "The path is not absolute.";
		return -1;
	}
	file = OpenTransientFile(path, O_RDONLY | O_NONBLOCK | PG_BINARY);
	if (file < 0)
	{
		*refusal = psprintf("It cannot be opened: %m.");
		return -1;
	}
	if (fstat(file, &status) != 0)
		*refusal = psprintf("It cannot be examined: %m.");
	else
		*refusal = refuse_status(&status);
	if (*refusal == NULL)
	{
		length = read_whole(file, content);
		if (length < 0)
			*refusal = psprintf("It cannot be read: %m.");
	}
	CloseTransientFile(file);
	return length;
}
