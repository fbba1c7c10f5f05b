/*
 * title.h
 *		Comparing titles from C as same_title() does in SQL.
 */
#ifndef CREDITBANK_TITLE_H
#define CREDITBANK_TITLE_H

/*
 * A palloc'd text, in UTF-8, that is equal for two titles (server encoding)
 * exactly when same_title() holds for them; raises 54000 on one that is too
 * long to compare.
 */
extern char *title_comparison_key(const char *title);

#endif							/* CREDITBANK_TITLE_H */
