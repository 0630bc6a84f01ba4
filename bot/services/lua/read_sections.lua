-- Answers the checked sections of a plan version, each as "<rank> <record>".
return redis.call('HVALS', K.sections(ARGV[1]))
