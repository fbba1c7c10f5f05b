-- remove_identity_key.sql: removes the file that identity_key.sql made.
COPY (SELECT) TO PROGRAM :'remove_identity_key';
