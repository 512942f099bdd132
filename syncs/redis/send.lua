-- Writes a batch, unless it has arrived before, and notes that it has. It returns which rows are meant and, a line each, the number of a row
-- that was refused and why.
--
-- KEYS: the hash that remembers, then the key of each row.
-- ARGV: the batch's field of that hash, or ''; the rows' numbers; action; form; rule; milliseconds to live; field and time of archiving;
-- longest stream; then for each row its number, how many texts to set, those, how many fields to remove, those.
local batch, rows, action, form, rule, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local archived, now, longest = ARGV[7], ARGV[8], tonumber(ARGV[9])

if batch ~= '' then
  local had = redis.call('HGET', KEYS[1], batch)
  if had then return had end
end

local function archive(key)
  if form == 'hash' then return redis.pcall('HSETNX', key, archived, now) end
  local text = redis.call('GET', key)
  local ok, record = pcall(cjson.decode, text)
  if not ok or type(record) ~= 'table' then return {err = 'the record is no JSON object'} end
  if record[archived] ~= nil and record[archived] ~= cjson.null then return {ok = ''} end
  local comma = next(record) and ',' or ''
  text = string.gsub(text, '}%s*$', function() return comma .. cjson.encode(archived) .. ':' .. cjson.encode(now) .. '}' end)
  return redis.pcall('SET', key, text, 'KEEPTTL')
end

local function put(key, set, gone)
  if form == 'json' then return redis.pcall('SET', key, set[2]) end
  local reply = redis.pcall('HSET', key, unpack(set))
  if #gone > 0 and not (type(reply) == 'table' and reply.err) then reply = redis.pcall('HDEL', key, unpack(gone)) end
  return reply
end

local function append(key, set)
  if longest > 0 then return redis.pcall('XADD', key, 'MAXLEN', '~', longest, '*', unpack(set)) end
  return redis.pcall('XADD', key, '*', unpack(set))
end

local function write(key, set, gone)
  if action == 'append' then return append(key, set) end
  local kind = redis.call('TYPE', key).ok
  local there = kind ~= 'none'
  if there and kind ~= (form == 'json' and 'string' or 'hash') then return {err = 'the key holds a ' .. kind} end
  if action == 'delete' then return redis.pcall('DEL', key) end
  if action == 'archive' then return there and archive(key) or {ok = ''} end
  if rule == 'new' and there or rule == 'clear' and not there then return {ok = ''} end
  if rule == 'there' and not there then return {err = 'no record has this key'} end
  local reply = put(key, set, gone)
  if ttl > 0 then redis.pcall('PEXPIRE', key, ttl) end
  return reply
end

local at = 10
local function texts()
  local out = {}
  local last = at + tonumber(ARGV[at])
  for i = at + 1, last do out[#out + 1] = ARGV[i] end
  at = last + 1
  return out
end

local lines = {rows}
for i = 2, #KEYS do
  local number = ARGV[at]
  at = at + 1
  local set = texts()
  local reply = write(KEYS[i], set, texts())
  if type(reply) == 'table' and reply.err then
    local code = string.match(reply.err, '^%u+')
    -- What the server says of itself it says before the first row was written.
    if code and code ~= 'WRONGTYPE' and code ~= 'ERR' then return reply end
    lines[#lines + 1] = number .. ' ' .. string.gsub(reply.err, '%c', ' ')
  end
end

local told = table.concat(lines, '\n')
if batch ~= '' then redis.call('HSET', KEYS[1], batch, told) end
return told
