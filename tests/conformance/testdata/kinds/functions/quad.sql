{{ function('double_it') }}(x) * 2
