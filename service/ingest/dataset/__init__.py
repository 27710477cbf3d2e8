"""How a data set comes in: its pictures, its texts and what people judged, from files as they are.

folder.py says what a folder holds, dialect.py how a file is written, shape.py which column is
where, lines.py and rows.py read it row by row and blocks.py in blocks, load.py brings it into the
database, pictures.py takes the pictures, before_law.py asks the rules about them, and run.py is
the whole import: it can be cancelled, and goes on where it died.
"""
