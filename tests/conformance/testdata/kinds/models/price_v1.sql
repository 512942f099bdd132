select {{ cents('1.5') }} as cents
