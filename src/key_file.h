/*
 * key_file.h
 *		Secrets in files that only the server may read.
 */
#ifndef CREDITBANK_KEY_FILE_H
#define CREDITBANK_KEY_FILE_H

#define KEY_FILE_MAX_LENGTH 8192	/* keys have some hundred bytes */

/*
 * The length of what the file holds; or -1, and in *refusal the sentence that
 * says why it may not be used.  The caller wipes the content.
 */
extern int	key_file_read(const char *path, char content[KEY_FILE_MAX_LENGTH],
						  const char **refusal);

#endif							/* CREDITBANK_KEY_FILE_H */
