-- A name as it is searched for: small letters without diacritics, whatever the locale of the database. Both ways of writing
-- ș and ț, and the letters of the neighbours. `domain/fold-name.ts` says the same.
CREATE FUNCTION "fold_name"(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(translate(normalize(name, NFC),
  'ăâáàäãåĂÂÁÀÄÃÅîíìïÎÍÌÏșşšȘŞŠțţȚŢéèëêęěÉÈËÊĘĚóòöőôõÓÒÖŐÔÕúùüűûÚÙÜŰÛçčćÇČĆñńňÑŃŇžźżŽŹŻýÝłŁřŘđĐ',
  'aaaaaaaaaaaaaaiiiiiiiisssssstttteeeeeeeeeeeeoooooooooooouuuuuuuuuuccccccnnnnnnzzzzzzyyllrrdd') COLLATE "C");
--> statement-breakpoint
CREATE INDEX "contacts_last_name" ON "contacts" USING btree (fold_name("last_name") collate "C");