-- relocatable = false
-- Types, indexes and the functions that migrations name most. Values are kept as they were written; nothing is computed.
-- Their indexes borrow pg_trgm's functions for text, which the values are.
create type geometry;
create function geometry_in(cstring) returns geometry language internal immutable strict as 'textin';
create function geometry_out(geometry) returns cstring language internal immutable strict as 'textout';
create function geometry_typmod_in(cstring[]) returns integer language internal immutable strict as 'bpchartypmodin';
create function geometry_typmod_out(integer) returns cstring language internal immutable strict as 'bpchartypmodout';
create type geometry (
  input = geometry_in, output = geometry_out, typmod_in = geometry_typmod_in, typmod_out = geometry_typmod_out,
  internallength = variable, storage = main
);
create function geometry(geometry, integer, boolean) returns geometry language sql immutable strict as $$ select $1 $$;
create cast (geometry as geometry) with function geometry(geometry, integer, boolean) as implicit;
create cast (geometry as text) with inout;
create cast (text as geometry) with inout as implicit;
create function gist_geometry_consistent(internal, geometry, smallint, oid, internal) returns boolean
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_consistent';
create function overlaps(geometry, geometry) returns boolean language sql immutable strict as $$ select true $$;
create operator && (leftarg = geometry, rightarg = geometry, function = overlaps, commutator = &&);
create function distance(geometry, geometry) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create operator <-> (leftarg = geometry, rightarg = geometry, function = distance, commutator = <->);
create type geography;
create function geography_in(cstring) returns geography language internal immutable strict as 'textin';
create function geography_out(geography) returns cstring language internal immutable strict as 'textout';
create function geography_typmod_in(cstring[]) returns integer language internal immutable strict as 'bpchartypmodin';
create function geography_typmod_out(integer) returns cstring language internal immutable strict as 'bpchartypmodout';
create type geography (
  input = geography_in, output = geography_out, typmod_in = geography_typmod_in, typmod_out = geography_typmod_out,
  internallength = variable, storage = main
);
create function geography(geography, integer, boolean) returns geography language sql immutable strict as $$ select $1 $$;
create cast (geography as geography) with function geography(geography, integer, boolean) as implicit;
create cast (geography as text) with inout;
create cast (text as geography) with inout as implicit;
create function gist_geography_consistent(internal, geography, smallint, oid, internal) returns boolean
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_consistent';
create function overlaps(geography, geography) returns boolean language sql immutable strict as $$ select true $$;
create operator && (leftarg = geography, rightarg = geography, function = overlaps, commutator = &&);
create function distance(geography, geography) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create operator <-> (leftarg = geography, rightarg = geography, function = distance, commutator = <->);
create type gidx;
create function gidx_in(cstring) returns gidx language c immutable strict as '$libdir/pg_trgm', 'gtrgm_in';
create function gidx_out(gidx) returns cstring language c immutable strict as '$libdir/pg_trgm', 'gtrgm_out';
create type gidx (input = gidx_in, output = gidx_out, internallength = variable);
create function gist_compress(internal) returns internal
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_compress';
create function gist_decompress(internal) returns internal
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_decompress';
create function gist_penalty(internal, internal, internal) returns internal
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_penalty';
create function gist_picksplit(internal, internal) returns internal
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_picksplit';
create function gist_union(internal, internal) returns gidx
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_union';
create function gist_same(gidx, gidx, internal) returns internal
  language c immutable strict as '$libdir/pg_trgm', 'gtrgm_same';
create operator class gist_geometry_ops_2d default for type geometry using gist as
  operator 3 && (geometry, geometry),
  function 1 gist_geometry_consistent(internal, geometry, smallint, oid, internal), function 2 gist_union(internal, internal),
  function 3 gist_compress(internal), function 4 gist_decompress(internal),
  function 5 gist_penalty(internal, internal, internal), function 6 gist_picksplit(internal, internal),
  function 7 gist_same(gidx, gidx, internal), storage gidx;
create operator class gist_geography_ops default for type geography using gist as
  operator 3 && (geography, geography),
  function 1 gist_geography_consistent(internal, geography, smallint, oid, internal), function 2 gist_union(internal, internal),
  function 3 gist_compress(internal), function 4 gist_decompress(internal),
  function 5 gist_penalty(internal, internal, internal), function 6 gist_picksplit(internal, internal),
  function 7 gist_same(gidx, gidx, internal), storage gidx;
create cast (geometry as geography) with inout as implicit;
create cast (geography as geometry) with inout;
create table spatial_ref_sys (
  srid integer primary key, auth_name varchar(256), auth_srid integer, srtext varchar(2048), proj4text varchar(2048)
);
create view geometry_columns as select 1 as srid where false;
create view geography_columns as select 1 as srid where false;
create function st_makepoint(double precision, double precision) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_point(double precision, double precision) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_point(double precision, double precision, integer) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_setsrid(geometry, integer) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_geomfromtext(text) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_geomfromtext(text, integer) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_geogfromtext(text) returns geography
  language sql immutable strict as $$ select 'POINT(0 0)'::geography $$;
create function st_geographyfromtext(text) returns geography
  language sql immutable strict as $$ select 'POINT(0 0)'::geography $$;
create function st_geomfromgeojson(jsonb) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_geomfromgeojson(text) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_x(geometry) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function st_y(geometry) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function st_distance(geometry, geometry) returns double precision
  language sql immutable strict as $$ select 0::float8 $$;
create function st_distance(geography, geography, boolean default true) returns double precision
  language sql immutable strict as $$ select 0::float8 $$;
create function st_distancesphere(geometry, geometry) returns double precision
  language sql immutable strict as $$ select 0::float8 $$;
create function st_dwithin(geometry, geometry, double precision) returns boolean
  language sql immutable strict as $$ select true $$;
create function st_dwithin(geography, geography, double precision, boolean default true) returns boolean
  language sql immutable strict as $$ select true $$;
create function st_contains(geometry, geometry) returns boolean language sql immutable strict as $$ select true $$;
create function st_within(geometry, geometry) returns boolean language sql immutable strict as $$ select true $$;
create function st_intersects(geometry, geometry) returns boolean language sql immutable strict as $$ select true $$;
create function st_intersects(geography, geography) returns boolean
  language sql immutable strict as $$ select true $$;
create function st_covers(geometry, geometry) returns boolean language sql immutable strict as $$ select true $$;
create function st_covers(geography, geography) returns boolean language sql immutable strict as $$ select true $$;
create function st_buffer(geometry, double precision) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_buffer(geography, double precision) returns geography
  language sql immutable strict as $$ select 'POINT(0 0)'::geography $$;
create function st_centroid(geometry) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_makeenvelope(double precision, double precision, double precision, double precision, integer default 0) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_transform(geometry, integer) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_area(geometry) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function st_area(geography, boolean default true) returns double precision
  language sql immutable strict as $$ select 0::float8 $$;
create function st_length(geometry) returns double precision language sql immutable strict as $$ select 0::float8 $$;
create function st_length(geography, boolean default true) returns double precision
  language sql immutable strict as $$ select 0::float8 $$;
create function st_makeline(geometry, geometry) returns geometry
  language sql immutable strict as $$ select 'POINT(0 0)'::geometry $$;
create function st_asgeojson(geometry, integer default 9, integer default 8) returns text
  language sql immutable strict as $$ select '' $$;
create function st_asgeojson(geography, integer default 9, integer default 0) returns text
  language sql immutable strict as $$ select '' $$;
create function st_astext(geometry) returns text language sql immutable strict as $$ select '' $$;
create function st_astext(geography) returns text language sql immutable strict as $$ select '' $$;
create function st_srid(geometry) returns integer language sql immutable strict as $$ select 4326 $$;
create function st_isvalid(geometry) returns boolean language sql immutable strict as $$ select true $$;
create function st_first(geometry, geometry) returns geometry language sql immutable as $$ select coalesce($1, $2) $$;
create aggregate st_collect(geometry) (sfunc = st_first, stype = geometry);
create aggregate st_union(geometry) (sfunc = st_first, stype = geometry);
create aggregate st_extent(geometry) (sfunc = st_first, stype = geometry);
create function postgis_version() returns text language sql immutable as $$ select '3.3' $$;
