{#- What a warehouse that runs Python itself gets after a model's code: packages and materializations of projects call these. The
    bridge that mod runs Python models with does not need them. -#}

{% macro resolve_model_name(input_model_name) -%}
  {{ return(adapter.dispatch('resolve_model_name', 'dbt')(input_model_name)) }}
{%- endmacro %}

{% macro default__resolve_model_name(input_model_name) -%}
  {{ return(input_model_name | string) }}
{%- endmacro %}

{% macro build_ref_function(model) -%}
  {%- set names = {} -%}
  {%- for asked in model.refs -%}
    {%- set key = ([asked.package] if asked.package else []) + [asked.name] -%}
    {%- set found = ref(*key, v=asked.version) -%}
    {%- if asked.version -%}{%- do key.append('v' ~ asked.version) -%}{%- endif -%}
    {%- do names.update({key | join('.'): resolve_model_name(found.render() if found.render is defined else found)}) -%}
  {%- endfor -%}
def ref(*args, **kwargs):
    names = {{ names | tojson }}
    version = kwargs.get("v") or kwargs.get("version")
    key = ".".join(args) + (f".v{version}" if version else "")
    return kwargs["dbt_load_df_function"](names[key])
{%- endmacro %}

{% macro build_source_function(model) -%}
  {%- set names = {} -%}
  {%- for asked in model.sources -%}
    {%- do names.update({asked | join('.'): resolve_model_name(source(*asked))}) -%}
  {%- endfor -%}
def source(*args, dbt_load_df_function):
    names = {{ names | tojson }}
    return dbt_load_df_function(names[".".join(args)])
{%- endmacro %}

{% macro build_config_dict(model) -%}
  {%- set config_dict, meta_dict = {}, {} -%}
  {%- for key, fallback in zip(model.config.config_keys_used or [], model.config.config_keys_defaults or []) -%}
    {%- do config_dict.update({key: model.config.get(key, fallback)}) -%}
  {%- endfor -%}
  {%- for key, fallback in zip(model.config.meta_keys_used or [], model.config.meta_keys_defaults or []) -%}
    {%- do meta_dict.update({key: (model.config.meta or {}).get(key, fallback)}) -%}
  {%- endfor -%}
config_dict = {{ config_dict }}
meta_dict = {{ meta_dict }}
{%- endmacro %}

{% macro py_script_postfix(model) -%}
{{ build_ref_function(model) }}

{{ build_source_function(model) }}

{{ build_config_dict(model) }}


class config:
    def __init__(self, *args, **kwargs):
        pass

    @staticmethod
    def get(key, default=None):
        return config_dict.get(key, default)

    @staticmethod
    def meta_get(key, default=None):
        return meta_dict.get(key, default)


class this:
    database = {{ this.database | string | tojson }}
    schema = {{ this.schema | string | tojson }}
    identifier = {{ this.identifier | string | tojson }}

    def __repr__(self):
        return {{ resolve_model_name(this) | tojson }}


class dbtObj:
    def __init__(self, load_df_function) -> None:
        self.source = lambda *args: source(*args, dbt_load_df_function=load_df_function)
        self.ref = lambda *args, **kwargs: ref(*args, **kwargs, dbt_load_df_function=load_df_function)
        self.config = config
        self.this = this()
        self.is_incremental = {{ is_incremental() }}

{{ py_script_comment() }}
{%- endmacro %}

{#- For projects to say how the code of a Python model is run by hand. -#}
{% macro py_script_comment() -%}
{%- endmacro %}
