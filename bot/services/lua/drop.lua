-- use: _jobs
-- Deletes a job for good, wherever it is; a running one is stopped when its worker next renews.
return remove(ARGV[1])
