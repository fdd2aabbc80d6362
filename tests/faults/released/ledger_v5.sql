-- The ledger's tables of version 5 with the 24 attempts of version 3. Made by that version; never changed.
CREATE TABLE workspaces (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO workspaces VALUES('acme');
INSERT INTO workspaces VALUES('beta');
CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    call_id TEXT NOT NULL,
    retry INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    model TEXT,
    app TEXT,
    stream INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    first_byte_ms INTEGER,
    outcome TEXT NOT NULL,
    http_status INTEGER,
    error_code TEXT,
    service_tier TEXT,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    usage_source TEXT NOT NULL
  , charged_tokens INTEGER, requested_model TEXT, takes_request INTEGER, key_id TEXT, run TEXT, request_id TEXT, usage_parts TEXT, cost_usd_nanos INTEGER, unpriced TEXT, charged_usd_nanos INTEGER) STRICT;
INSERT INTO attempts VALUES(1,'attempt-0000','call-000000',0,'beta','chat/completions','gpt-5.4',NULL,1,1795165200000,100,NULL,'ok',200,NULL,'default',0,0,0,0,0,'counted',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(2,'attempt-0001','call-000000',1,'acme','chat/completions',NULL,'report',0,1795165800000,101,21,'ok',200,NULL,NULL,1,0,2,0,3,'counted',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(3,'attempt-0002','call-000001',0,'acme','chat/completions','gpt-5-mini','report',1,1795166400000,102,22,'failed',200,'server_error',NULL,2,1,4,0,6,'unknown',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(4,'attempt-0003','call-000001',1,'beta','chat/completions','gpt-5.4','report',0,1795167000000,103,23,'aborted',NULL,NULL,NULL,3,1,6,0,9,'estimated',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(5,'attempt-0004','call-000002',0,'acme','chat/completions',NULL,NULL,1,1795167600000,104,24,'ok',200,NULL,NULL,4,2,8,1,12,'counted',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(6,'attempt-0005','call-000002',1,'acme','chat/completions','gpt-5-mini','report',0,1795168200000,105,NULL,'ok',200,NULL,NULL,5,2,10,1,15,'counted',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(7,'attempt-0006','call-000003',0,'beta','chat/completions','gpt-5.4','report',1,1795168800000,106,26,'failed',200,'server_error','default',6,3,12,1,18,'unknown',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(8,'attempt-0007','call-000003',1,'acme','chat/completions',NULL,'report',0,1795169400000,107,27,'aborted',NULL,NULL,NULL,7,3,14,1,21,'estimated',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(9,'attempt-0008','call-000004',0,'acme','chat/completions','gpt-5-mini',NULL,1,1795170000000,108,28,'ok',200,NULL,NULL,8,4,16,2,24,'counted',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(10,'attempt-0009','call-000004',1,'beta','chat/completions','gpt-5.4','report',0,1795170600000,109,29,'ok',200,NULL,NULL,9,4,18,2,27,'counted',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(11,'attempt-0010','call-000005',0,'acme','chat/completions',NULL,'report',1,1795171200000,110,NULL,'failed',200,'server_error',NULL,10,5,20,2,30,'unknown',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(12,'attempt-0011','call-000005',1,'acme','chat/completions','gpt-5-mini','report',0,1795171800000,111,31,'aborted',NULL,NULL,NULL,11,5,22,2,33,'estimated',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(13,'attempt-0012','call-000006',0,'beta','chat/completions','gpt-5.4',NULL,1,1795172400000,112,32,'ok',200,NULL,'default',12,6,24,3,36,'counted',NULL,'gpt-5.4',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(14,'attempt-0013','call-000006',1,'acme','chat/completions',NULL,'report',0,1795173000000,113,33,'ok',200,NULL,NULL,13,6,26,3,39,'counted',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(15,'attempt-0014','call-000007',0,'acme','chat/completions','gpt-5-mini','report',1,1795173600000,114,34,'failed',200,'server_error',NULL,14,7,28,3,42,'unknown',NULL,'gpt-5-mini',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(16,'attempt-0015','call-000007',1,'beta','chat/completions','gpt-5.4','report',0,1795174200000,115,NULL,'aborted',NULL,NULL,NULL,15,7,30,3,45,'estimated',NULL,'gpt-5.4',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(17,'attempt-0016','call-000008',0,'acme','chat/completions',NULL,NULL,1,1795174800000,116,36,'ok',200,NULL,NULL,16,8,32,4,48,'counted',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(18,'attempt-0017','call-000008',1,'acme','chat/completions','gpt-5-mini','report',0,1795175400000,117,37,'ok',200,NULL,NULL,17,8,34,4,51,'counted',NULL,'gpt-5-mini',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(19,'attempt-0018','call-000009',0,'beta','chat/completions','gpt-5.4','report',1,1795176000000,118,38,'failed',200,'server_error','default',18,9,36,4,54,'unknown',NULL,'gpt-5.4',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(20,'attempt-0019','call-000009',1,'acme','chat/completions',NULL,'report',0,1795176600000,119,39,'aborted',NULL,NULL,NULL,19,9,38,4,57,'estimated',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(21,'attempt-0020','call-000010',0,'acme','chat/completions','gpt-5-mini',NULL,1,1795177200000,120,NULL,'ok',200,NULL,NULL,20,10,40,5,60,'counted',NULL,'gpt-5-mini',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(22,'attempt-0021','call-000010',1,'beta','chat/completions','gpt-5.4','report',0,1795177800000,121,41,'ok',200,NULL,NULL,21,10,42,5,63,'counted',NULL,'gpt-5.4',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(23,'attempt-0022','call-000011',0,'acme','chat/completions',NULL,'report',1,1795178400000,122,42,'failed',200,'server_error',NULL,22,11,44,5,66,'unknown',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(24,'attempt-0023','call-000011',1,'acme','chat/completions','gpt-5-mini','report',0,1795179000000,123,43,'aborted',NULL,NULL,NULL,23,11,46,5,69,'estimated',NULL,'gpt-5-mini',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE resets (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    baseline_requests INTEGER NOT NULL,
    baseline_tokens INTEGER NOT NULL,
    after_attempt INTEGER NOT NULL
  ) STRICT;
INSERT INTO resets VALUES(1,'reset-0001','beta','day',1795174200000,0,0,24);
INSERT INTO resets VALUES(2,'reset-0002','acme','minute',1795177200000,0,0,24);
INSERT INTO resets VALUES(3,'reset-0000','acme','day of gpt-5.4',1795168200000,3,40,6);
CREATE TABLE notices (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
INSERT INTO notices VALUES(1,'notice-0001','acme','{"id":"notice-0001","workspace_id":"acme","level":"warning","status":"warning","code":"requests_per_minute","title":"Close to the limit","message":"9 of 10 requests in the last 60 s","suggested_action":null,"fix":"wait","at":"2026-11-20T10:00:00.000Z"}');
CREATE TABLE retention (from_ms INTEGER NOT NULL) STRICT;
INSERT INTO retention VALUES(0);
CREATE TABLE IF NOT EXISTS "rollups" (
    quarter INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    model_known INTEGER NOT NULL,
    model TEXT NOT NULL,
    requested_model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    estimated_calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    charged_tokens INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (quarter, workspace_id, model_known, model, requested_model)
  ) STRICT, WITHOUT ROWID;
INSERT INTO rollups VALUES(1994628,'acme',0,'','',0,1,0,0,1,0,2,0,3,0,1);
INSERT INTO rollups VALUES(1994628,'beta',1,'gpt-5.4','gpt-5.4',1,1,0,0,0,0,0,0,0,0,1);
INSERT INTO rollups VALUES(1994629,'acme',1,'gpt-5-mini','gpt-5-mini',1,1,1,1,0,0,0,0,0,0,1);
INSERT INTO rollups VALUES(1994630,'acme',0,'','',1,1,0,0,4,2,8,1,12,0,1);
INSERT INTO rollups VALUES(1994630,'beta',1,'gpt-5.4','gpt-5.4',0,1,0,1,3,1,6,0,9,0,1);
INSERT INTO rollups VALUES(1994631,'acme',1,'gpt-5-mini','gpt-5-mini',0,1,0,0,5,2,10,1,15,0,1);
INSERT INTO rollups VALUES(1994632,'acme',0,'','',0,1,0,1,7,3,14,1,21,0,1);
INSERT INTO rollups VALUES(1994632,'beta',1,'gpt-5.4','gpt-5.4',1,1,1,1,0,0,0,0,0,0,1);
INSERT INTO rollups VALUES(1994633,'acme',1,'gpt-5-mini','gpt-5-mini',1,1,0,0,8,4,16,2,24,0,1);
INSERT INTO rollups VALUES(1994634,'acme',0,'','',1,1,1,1,0,0,0,0,0,0,1);
INSERT INTO rollups VALUES(1994634,'beta',1,'gpt-5.4','gpt-5.4',0,1,0,0,9,4,18,2,27,0,1);
INSERT INTO rollups VALUES(1994635,'acme',1,'gpt-5-mini','gpt-5-mini',0,1,0,1,11,5,22,2,33,0,1);
INSERT INTO rollups VALUES(1994636,'acme',0,'','',0,1,0,0,13,6,26,3,39,0,1);
INSERT INTO rollups VALUES(1994636,'beta',1,'gpt-5.4','gpt-5.4',1,1,0,0,12,6,24,3,36,0,1);
INSERT INTO rollups VALUES(1994637,'acme',1,'gpt-5-mini','gpt-5-mini',1,1,1,1,0,0,0,0,0,0,1);
INSERT INTO rollups VALUES(1994638,'acme',0,'','',1,1,0,0,16,8,32,4,48,0,1);
INSERT INTO rollups VALUES(1994638,'beta',1,'gpt-5.4','gpt-5.4',0,1,0,1,15,7,30,3,45,0,1);
INSERT INTO rollups VALUES(1994639,'acme',1,'gpt-5-mini','gpt-5-mini',0,1,0,0,17,8,34,4,51,0,1);
INSERT INTO rollups VALUES(1994640,'acme',0,'','',0,1,0,1,19,9,38,4,57,0,1);
INSERT INTO rollups VALUES(1994640,'beta',1,'gpt-5.4','gpt-5.4',1,1,1,1,0,0,0,0,0,0,1);
INSERT INTO rollups VALUES(1994641,'acme',1,'gpt-5-mini','gpt-5-mini',1,1,0,0,20,10,40,5,60,0,1);
INSERT INTO rollups VALUES(1994642,'acme',0,'','',1,1,1,1,0,0,0,0,0,0,1);
INSERT INTO rollups VALUES(1994642,'beta',1,'gpt-5.4','gpt-5.4',0,1,0,0,21,10,42,5,63,0,1);
INSERT INTO rollups VALUES(1994643,'acme',1,'gpt-5-mini','gpt-5-mini',0,1,0,1,23,11,46,5,69,0,1);
CREATE TABLE refusals (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  workspace_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  model TEXT,
  app TEXT,
  key_id TEXT,
  endpoint TEXT NOT NULL,
  calls INTEGER NOT NULL
) STRICT;
CREATE TABLE history_dimensions (
  id INTEGER PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  dimensions TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO history_dimensions VALUES(1,'beta','["beta","gpt-5.4",null,null,"chat/completions","default","ok"]');
INSERT INTO history_dimensions VALUES(2,'acme','["acme",null,"report",null,"chat/completions",null,"ok"]');
INSERT INTO history_dimensions VALUES(3,'acme','["acme","gpt-5-mini","report",null,"chat/completions",null,"failed"]');
INSERT INTO history_dimensions VALUES(4,'beta','["beta","gpt-5.4","report",null,"chat/completions",null,"aborted"]');
INSERT INTO history_dimensions VALUES(5,'acme','["acme",null,null,null,"chat/completions",null,"ok"]');
INSERT INTO history_dimensions VALUES(6,'acme','["acme","gpt-5-mini","report",null,"chat/completions",null,"ok"]');
INSERT INTO history_dimensions VALUES(7,'beta','["beta","gpt-5.4","report",null,"chat/completions","default","failed"]');
INSERT INTO history_dimensions VALUES(8,'acme','["acme",null,"report",null,"chat/completions",null,"aborted"]');
INSERT INTO history_dimensions VALUES(9,'acme','["acme","gpt-5-mini",null,null,"chat/completions",null,"ok"]');
INSERT INTO history_dimensions VALUES(10,'beta','["beta","gpt-5.4","report",null,"chat/completions",null,"ok"]');
INSERT INTO history_dimensions VALUES(11,'acme','["acme",null,"report",null,"chat/completions",null,"failed"]');
INSERT INTO history_dimensions VALUES(12,'acme','["acme","gpt-5-mini","report",null,"chat/completions",null,"aborted"]');
CREATE TABLE history (
  level INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  minute INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  rate_limited INTEGER NOT NULL,
  quota INTEGER NOT NULL,
  server INTEGER NOT NULL,
  client INTEGER NOT NULL,
  network INTEGER NOT NULL,
  other INTEGER NOT NULL,
  aborted INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  estimated_calls INTEGER NOT NULL,
  unknown_calls INTEGER NOT NULL,
  unpriced_calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  charged_tokens INTEGER NOT NULL,
  cost_usd_nanos INTEGER NOT NULL,
  latency BLOB NOT NULL,
  first_byte BLOB NOT NULL,
  PRIMARY KEY (level, dimensions, minute)
) STRICT, WITHOUT ROWID;
INSERT INTO history VALUES(0,1,29919420,1,1,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,X'3c01',X'');
INSERT INTO history VALUES(0,1,29919540,1,1,0,0,0,0,0,0,0,0,0,0,0,1,12,6,24,3,36,0,0,X'3e01',X'2e01');
INSERT INTO history VALUES(0,2,29919430,0,1,0,0,0,0,0,0,0,0,0,0,0,1,1,0,2,0,3,0,0,X'3c01',X'2801');
INSERT INTO history VALUES(0,2,29919550,0,1,0,0,0,0,0,0,0,0,0,0,0,1,13,6,26,3,39,0,0,X'3e01',X'2e01');
INSERT INTO history VALUES(0,3,29919440,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3d01',X'2901');
INSERT INTO history VALUES(0,3,29919560,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3e01',X'2e01');
INSERT INTO history VALUES(0,4,29919450,0,1,0,0,0,0,0,0,0,1,0,1,0,1,3,1,6,0,9,0,0,X'3d01',X'2901');
INSERT INTO history VALUES(0,4,29919570,0,1,0,0,0,0,0,0,0,1,0,1,0,1,15,7,30,3,45,0,0,X'3e01',X'');
INSERT INTO history VALUES(0,5,29919460,1,1,0,0,0,0,0,0,0,0,0,0,0,1,4,2,8,1,12,0,0,X'3d01',X'2a01');
INSERT INTO history VALUES(0,5,29919580,1,1,0,0,0,0,0,0,0,0,0,0,0,1,16,8,32,4,48,0,0,X'3e01',X'2f01');
INSERT INTO history VALUES(0,6,29919470,0,1,0,0,0,0,0,0,0,0,0,0,0,1,5,2,10,1,15,0,0,X'3d01',X'');
INSERT INTO history VALUES(0,6,29919590,0,1,0,0,0,0,0,0,0,0,0,0,0,1,17,8,34,4,51,0,0,X'3e01',X'2f01');
INSERT INTO history VALUES(0,7,29919480,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3d01',X'2b01');
INSERT INTO history VALUES(0,7,29919600,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3e01',X'3001');
INSERT INTO history VALUES(0,8,29919490,0,1,0,0,0,0,0,0,0,1,0,1,0,1,7,3,14,1,21,0,0,X'3d01',X'2b01');
INSERT INTO history VALUES(0,8,29919610,0,1,0,0,0,0,0,0,0,1,0,1,0,1,19,9,38,4,57,0,0,X'3f01',X'3001');
INSERT INTO history VALUES(0,9,29919500,1,1,0,0,0,0,0,0,0,0,0,0,0,1,8,4,16,2,24,0,0,X'3d01',X'2c01');
INSERT INTO history VALUES(0,9,29919620,1,1,0,0,0,0,0,0,0,0,0,0,0,1,20,10,40,5,60,0,0,X'3f01',X'');
INSERT INTO history VALUES(0,10,29919510,0,1,0,0,0,0,0,0,0,0,0,0,0,1,9,4,18,2,27,0,0,X'3d01',X'2c01');
INSERT INTO history VALUES(0,10,29919630,0,1,0,0,0,0,0,0,0,0,0,0,0,1,21,10,42,5,63,0,0,X'3f01',X'3101');
INSERT INTO history VALUES(0,11,29919520,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3e01',X'');
INSERT INTO history VALUES(0,11,29919640,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3f01',X'3101');
INSERT INTO history VALUES(0,12,29919530,0,1,0,0,0,0,0,0,0,1,0,1,0,1,11,5,22,2,33,0,0,X'3e01',X'2d01');
INSERT INTO history VALUES(0,12,29919650,0,1,0,0,0,0,0,0,0,1,0,1,0,1,23,11,46,5,69,0,0,X'3f01',X'3101');
INSERT INTO history VALUES(1,1,29919420,1,1,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,X'3c01',X'');
INSERT INTO history VALUES(1,1,29919540,1,1,0,0,0,0,0,0,0,0,0,0,0,1,12,6,24,3,36,0,0,X'3e01',X'2e01');
INSERT INTO history VALUES(1,2,29919420,0,1,0,0,0,0,0,0,0,0,0,0,0,1,1,0,2,0,3,0,0,X'3c01',X'2801');
INSERT INTO history VALUES(1,2,29919540,0,1,0,0,0,0,0,0,0,0,0,0,0,1,13,6,26,3,39,0,0,X'3e01',X'2e01');
INSERT INTO history VALUES(1,3,29919435,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3d01',X'2901');
INSERT INTO history VALUES(1,3,29919555,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3e01',X'2e01');
INSERT INTO history VALUES(1,4,29919450,0,1,0,0,0,0,0,0,0,1,0,1,0,1,3,1,6,0,9,0,0,X'3d01',X'2901');
INSERT INTO history VALUES(1,4,29919570,0,1,0,0,0,0,0,0,0,1,0,1,0,1,15,7,30,3,45,0,0,X'3e01',X'');
INSERT INTO history VALUES(1,5,29919450,1,1,0,0,0,0,0,0,0,0,0,0,0,1,4,2,8,1,12,0,0,X'3d01',X'2a01');
INSERT INTO history VALUES(1,5,29919570,1,1,0,0,0,0,0,0,0,0,0,0,0,1,16,8,32,4,48,0,0,X'3e01',X'2f01');
INSERT INTO history VALUES(1,6,29919465,0,1,0,0,0,0,0,0,0,0,0,0,0,1,5,2,10,1,15,0,0,X'3d01',X'');
INSERT INTO history VALUES(1,6,29919585,0,1,0,0,0,0,0,0,0,0,0,0,0,1,17,8,34,4,51,0,0,X'3e01',X'2f01');
INSERT INTO history VALUES(1,7,29919480,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3d01',X'2b01');
INSERT INTO history VALUES(1,7,29919600,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3e01',X'3001');
INSERT INTO history VALUES(1,8,29919480,0,1,0,0,0,0,0,0,0,1,0,1,0,1,7,3,14,1,21,0,0,X'3d01',X'2b01');
INSERT INTO history VALUES(1,8,29919600,0,1,0,0,0,0,0,0,0,1,0,1,0,1,19,9,38,4,57,0,0,X'3f01',X'3001');
INSERT INTO history VALUES(1,9,29919495,1,1,0,0,0,0,0,0,0,0,0,0,0,1,8,4,16,2,24,0,0,X'3d01',X'2c01');
INSERT INTO history VALUES(1,9,29919615,1,1,0,0,0,0,0,0,0,0,0,0,0,1,20,10,40,5,60,0,0,X'3f01',X'');
INSERT INTO history VALUES(1,10,29919510,0,1,0,0,0,0,0,0,0,0,0,0,0,1,9,4,18,2,27,0,0,X'3d01',X'2c01');
INSERT INTO history VALUES(1,10,29919630,0,1,0,0,0,0,0,0,0,0,0,0,0,1,21,10,42,5,63,0,0,X'3f01',X'3101');
INSERT INTO history VALUES(1,11,29919510,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3e01',X'');
INSERT INTO history VALUES(1,11,29919630,1,1,1,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,X'3f01',X'3101');
INSERT INTO history VALUES(1,12,29919525,0,1,0,0,0,0,0,0,0,1,0,1,0,1,11,5,22,2,33,0,0,X'3e01',X'2d01');
INSERT INTO history VALUES(1,12,29919645,0,1,0,0,0,0,0,0,0,1,0,1,0,1,23,11,46,5,69,0,0,X'3f01',X'3101');
CREATE TABLE history_place (attempt INTEGER NOT NULL, refusal INTEGER NOT NULL) STRICT;
INSERT INTO history_place VALUES(24,0);
CREATE INDEX attempts_started ON attempts (started_at_ms);
CREATE INDEX attempts_call ON attempts (call_id) WHERE call_id <> id;
CREATE INDEX notices_workspace ON notices (workspace_id, seq);
CREATE INDEX history_dimensions_workspace ON history_dimensions (workspace_id);
PRAGMA application_id = 1363634021;
PRAGMA user_version = 5;
