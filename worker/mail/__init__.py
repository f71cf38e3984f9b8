"""MAIL IN, MAIL OUT: reads and writes mail; knows no requests, fees or queues."""
