.bail on
SELECT .5;
  .read other.sql
SELECT t.a FROM t;
