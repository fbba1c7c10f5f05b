/*
 * creditbank.h
 *		The settings of the module.
 *
 * Promise: no setting changes what is hashed or decided.
 */
#ifndef CREDITBANK_H
#define CREDITBANK_H

extern char *creditbank_signing_key_file;	/* empty: no key */
extern char *creditbank_certificate_key_file;	/* empty: no key */
extern char *creditbank_identity_key_file;	/* empty: no key */
extern int	creditbank_progress_interval;	/* seconds; 0: no progress */

#endif							/* CREDITBANK_H */
