"""The record: a folder of tables that holds articles, claims and the events merged from them."""
