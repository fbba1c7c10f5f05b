-- remove_certificate_key.sql: removes the file that certificate_key.sql made.
COPY (SELECT) TO PROGRAM :'remove_certificate_key';
