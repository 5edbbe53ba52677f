-- relocatable = true
-- A name to install; nothing that migrations use of it is here.
select 1;
