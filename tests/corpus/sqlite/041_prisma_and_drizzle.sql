-- Description: As generators of other languages write it
-- CreateTable
CREATE TABLE "T041" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
--> statement-breakpoint
CREATE TABLE `t041_b` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`data` text DEFAULT '{}' NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `T041`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `t041_b_unique` ON `t041_b` (`id`,`data`);

-- DOWN
DROP TABLE `t041_b`;
DROP TABLE "T041";
