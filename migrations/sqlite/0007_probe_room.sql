-- What /readyz writes has to be larger than any press, or a nearly full disk still has room for it when a press is refused.
alter table probe add column room text not null default '';
