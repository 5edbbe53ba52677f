-- relocatable = true
-- The type, its operators and the names of its access methods: enough for tables, functions and indexes to exist.
create type vector;
create function vector_in(cstring) returns vector language internal immutable strict as 'textin';
create function vector_out(vector) returns cstring language internal immutable strict as 'textout';
create function vector_typmod_in(cstring[]) returns integer language internal immutable strict as 'varchartypmodin';
create function vector_typmod_out(integer) returns cstring language internal immutable strict as 'varchartypmodout';
create type vector (
  input = vector_in, output = vector_out, typmod_in = vector_typmod_in, typmod_out = vector_typmod_out,
  internallength = variable, storage = external
);
create function vector(vector, integer, boolean) returns vector language sql immutable strict as $$ select $1 $$;
create cast (vector as vector) with function vector(vector, integer, boolean) as implicit;
create cast (text as vector) with inout;
create cast (vector as text) with inout;
create type halfvec;
create function halfvec_in(cstring) returns halfvec language internal immutable strict as 'textin';
create function halfvec_out(halfvec) returns cstring language internal immutable strict as 'textout';
create type halfvec (
  input = halfvec_in, output = halfvec_out, typmod_in = vector_typmod_in, typmod_out = vector_typmod_out,
  internallength = variable, storage = external
);
create function halfvec(halfvec, integer, boolean) returns halfvec language sql immutable strict as $$ select $1 $$;
create cast (halfvec as halfvec) with function halfvec(halfvec, integer, boolean) as implicit;
create cast (vector as halfvec) with inout as assignment;
create function l2_distance(vector, vector) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function inner_product(vector, vector) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function vector_negative_inner_product(vector, vector) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function cosine_distance(vector, vector) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function l1_distance(vector, vector) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function vector_dims(vector) returns integer language sql immutable strict as $$ select 0 $$;
create function vector_norm(vector) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function l2_normalize(vector) returns vector language sql immutable strict as $$ select $1 $$;
create function vector_cmp(vector, vector) returns integer language internal immutable strict as 'bttextcmp';
create function vector_lt(vector, vector) returns boolean language sql immutable strict as $$ select $1::text < $2::text $$;
create function vector_eq(vector, vector) returns boolean language sql immutable strict as $$ select $1::text = $2::text $$;
create operator <-> (leftarg = vector, rightarg = vector, function = l2_distance, commutator = <->);
create operator <#> (leftarg = vector, rightarg = vector, function = vector_negative_inner_product, commutator = <#>);
create operator <=> (leftarg = vector, rightarg = vector, function = cosine_distance, commutator = <=>);
create operator <+> (leftarg = vector, rightarg = vector, function = l1_distance, commutator = <+>);
create operator < (leftarg = vector, rightarg = vector, function = vector_lt);
create operator = (leftarg = vector, rightarg = vector, function = vector_eq, commutator = =);
create function halfvec_distance(halfvec, halfvec) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create operator <-> (leftarg = halfvec, rightarg = halfvec, function = halfvec_distance, commutator = <->);
create operator <#> (leftarg = halfvec, rightarg = halfvec, function = halfvec_distance, commutator = <#>);
create operator <=> (leftarg = halfvec, rightarg = halfvec, function = halfvec_distance, commutator = <=>);
create function halfvec_eq(halfvec, halfvec) returns boolean language sql immutable strict as $$ select $1::text = $2::text $$;
create operator = (leftarg = halfvec, rightarg = halfvec, function = halfvec_eq, commutator = =);
create function vector_hash(vector) returns integer language internal immutable strict as 'hashtext';
create function halfvec_hash(halfvec) returns integer language internal immutable strict as 'hashtext';
create access method hnsw type index handler hashhandler;
create access method ivfflat type index handler hashhandler;
create operator class vector_ops default for type vector using btree as operator 3 =, function 1 vector_cmp(vector, vector);
create operator class vector_l2_ops for type vector using hnsw as operator 1 =, function 1 vector_hash(vector);
create operator class vector_ip_ops for type vector using hnsw as operator 1 =, function 1 vector_hash(vector);
create operator class vector_cosine_ops for type vector using hnsw as operator 1 =, function 1 vector_hash(vector);
create operator class vector_l1_ops for type vector using hnsw as operator 1 =, function 1 vector_hash(vector);
create operator class halfvec_l2_ops for type halfvec using hnsw as operator 1 =, function 1 halfvec_hash(halfvec);
create operator class halfvec_ip_ops for type halfvec using hnsw as operator 1 =, function 1 halfvec_hash(halfvec);
create operator class halfvec_cosine_ops for type halfvec using hnsw as operator 1 =, function 1 halfvec_hash(halfvec);
create operator class vector_l2_ops default for type vector using ivfflat as operator 1 =, function 1 vector_hash(vector);
create operator class vector_ip_ops for type vector using ivfflat as operator 1 =, function 1 vector_hash(vector);
create operator class vector_cosine_ops for type vector using ivfflat as operator 1 =, function 1 vector_hash(vector);
