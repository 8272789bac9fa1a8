// The pictures, files and links of a channel, in a panel.
import type { Translation } from "./language";

const en = {
  title: "Pictures, files and links",
  close: "Close the list of files",
  kinds: "What is listed",
  pictures: "Pictures",
  files: "Files",
  links: "Links",
  none: { image: "No pictures yet.", file: "No other files yet.", link: "No links yet." },
  failed: "The list could not be loaded.",
  more: "Load more",
  loading: "Loading…",
  jump: "Show in the chat",
  sent: (name: string, when: string) => `${name}, ${when}`,
  incomplete: "Some older files may be missing at the moment.",
};

const ko = {
  title: "사진, 파일, 링크",
  close: "파일 목록 닫기",
  kinds: "볼 항목",
  pictures: "사진",
  files: "파일",
  links: "링크",
  none: { image: "아직 사진이 없어요.", file: "아직 다른 파일이 없어요.", link: "아직 링크가 없어요." },
  failed: "목록을 불러오지 못했어요.",
  more: "더 보기",
  loading: "불러오는 중…",
  jump: "대화에서 보기",
  sent: (name: string, when: string) => `${name}, ${when}`,
  incomplete: "지금은 오래된 파일 일부가 빠져 있을 수 있어요.",
} satisfies Translation<typeof en>;

export const channelFilesText = { en, ko };
