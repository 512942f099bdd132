{# Fails for each row in which the column is below zero. NULL is neither. #}
{% test not_negative(model, column_name) %}

select *
from {{ model }}
where {{ column_name }} < 0

{% endtest %}
