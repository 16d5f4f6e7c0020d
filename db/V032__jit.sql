-- Compiling the view of all problems takes seconds, running it a tenth of one.
alter function refresh_problems() set jit = off;
