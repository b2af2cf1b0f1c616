-- BeforeApply: note_before
-- AfterApply: note_after
-- BeforeRevert: note_before
CREATE TABLE hooked (id INT);

-- DOWN

DROP TABLE hooked;
