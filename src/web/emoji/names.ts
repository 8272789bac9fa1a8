// A curated set of the emoji that people react with. Each line has the emoji and its names in
// English and Korean.
const LIST = `
👍 thumbs up yes ok good like|좋아요 최고 엄지
❤️ heart love red|하트 사랑 빨간하트
😂 joy laugh tears lol|웃겨 눈물 ㅋㅋ 웃음
🎉 party tada celebrate congrats|축하 파티 폭죽
😮 wow surprised open mouth|놀람 우와
😢 cry sad tear|슬픔 눈물
🙏 thanks please pray|감사 부탁 기도
👏 clap applause bravo|박수
🔥 fire hot lit|불 대박
👀 eyes look see|눈 보는중 확인
✅ check done yes|완료 체크 확인
❌ cross no wrong|아니오 엑스 취소
💯 hundred perfect score|백점 만점 완벽
🚀 rocket launch ship|로켓 출시 발사
👋 wave hello bye hi|안녕 인사 손
🤔 thinking hmm|생각 고민 음
😀 grin happy smile|웃음 기쁨
😄 smile happy eyes|웃음 기쁨
😁 beaming grin|활짝 웃음
😆 squint laugh haha|웃음 ㅋㅋ
😅 sweat smile phew|땀 식은땀 민망
🤣 rolling laugh rofl|뒤집어짐 빵터짐
😊 blush smile warm|미소 수줍음
🙂 slight smile|미소
🙃 upside down|거꾸로
😉 wink|윙크
😍 heart eyes love|사랑 하트눈
🥰 hearts loved adore|사랑스러움
😘 kiss blow|뽀뽀 키스
😋 yum tasty|맛있다 냠냠
😎 cool sunglasses|멋짐 선글라스
🤩 star struck amazed|감탄 반짝
🥳 party face celebrate|파티 축하
😏 smirk|씨익
😐 neutral meh|무표정
😑 expressionless|무표정
🙄 roll eyes|눈굴림 어이없음
😬 grimace awkward|어색 민망
😴 sleep tired|졸림 잠
🤤 drool|침
😷 mask sick|마스크 아픔
🤒 sick fever thermometer|아픔 열
🤯 mind blown explode|충격 멘붕
😱 scream shock fear|비명 충격
😳 flushed embarrassed|당황 부끄러움
🥺 pleading please|부탁 애원
😭 sob crying loud|엉엉 통곡
😤 huff triumph|씩씩 콧김
😠 angry mad|화남
😡 rage angry red|분노 화남
🤬 swear curse|욕 분노
😞 disappointed sad|실망
😔 pensive sad|시무룩
😩 weary tired|지침 피곤
😨 fear afraid|무서움
😇 angel innocent halo|천사
🤗 hug|포옹 안아줘
🤭 giggle oops hand mouth|풋 웃음
🤫 shush quiet secret|쉿 비밀
🫡 salute yes sir|경례 넵
🫠 melting|녹는다
😶 no mouth silent|말없음
🤝 handshake deal agree|악수 합의
👌 ok perfect|오케이
✌️ victory peace|브이 평화
🤞 fingers crossed luck|행운 기원
🤟 love you hand|사랑해 손
🤘 rock horns|락
🤙 call me shaka|전화해
👈 left point|왼쪽
👉 right point|오른쪽
👆 up point|위
👇 down point|아래
☝️ one index up|하나 검지
👎 thumbs down no dislike|싫어요 별로
✊ fist solidarity|주먹 화이팅
👊 punch fist bump|주먹
💪 muscle strong|힘 근육 화이팅
🙌 hooray hands raised|만세 야호
🫶 heart hands|손하트
🙇 bow sorry thanks|절 죄송 감사
🤷 shrug dunno|몰라 어깨
🤦 facepalm|이마 한숨
🙋 raise hand me|저요 손들기
💁 tip hand info|안내
🧡 orange heart|주황하트
💛 yellow heart|노란하트
💚 green heart|초록하트
💙 blue heart|파란하트
💜 purple heart|보라하트
🖤 black heart|검은하트
🤍 white heart|하얀하트
💔 broken heart|이별 상처
💕 two hearts|하트 두개
✨ sparkles shiny new|반짝 새로운
⭐ star favorite|별
🌟 glowing star|빛나는별
💡 idea bulb light|아이디어 전구
⚡ lightning fast zap|번개 빠름
💥 boom collision|쾅 폭발
💤 zzz sleep|쿨쿨 잠
💬 speech chat|말풍선 대화
📌 pin pushpin|핀 고정
📎 clip attach|클립 첨부
📝 memo note write|메모 기록
📅 calendar date|달력 일정
⏰ alarm clock time|시계 알람
⏳ hourglass wait|모래시계 기다림
📈 chart up growth|상승 성장 그래프
📉 chart down|하락 그래프
📣 megaphone announce|공지 확성기
🔔 bell notify|종 알림
🔒 lock secure|자물쇠 보안
🔑 key|열쇠
🔧 wrench fix tool|수리 도구
🐛 bug|버그 벌레
🧪 test tube experiment|실험 테스트
🚧 construction wip|공사 진행중
⚠️ warning careful|경고 주의
❓ question|질문 물음표
❗ exclamation important|느낌표 중요
➕ plus add|더하기 추가
🆗 ok button|오케이
🟢 green circle go|초록 정상
🟡 yellow circle|노랑 주의
🔴 red circle stop|빨강 정지
🏆 trophy win|우승 트로피
🥇 gold medal first|금메달 일등
🎯 target goal bullseye|목표 과녁
🎁 gift present|선물
🎂 cake birthday|생일 케이크
🎈 balloon|풍선
🎵 music note|음악 노래
🎮 game controller|게임
⚽ soccer football|축구
☕ coffee tea|커피 차
🍺 beer|맥주
🍻 cheers beers|건배
🥂 toast champagne|건배 샴페인
🍕 pizza|피자
🍔 burger|햄버거
🍜 noodles ramen|라면 국수
🍚 rice|밥
🍗 chicken|치킨
🍎 apple|사과
🍰 cake dessert|케이크 디저트
🍀 clover luck|클로버 행운
🌸 cherry blossom spring|벚꽃 봄
🌹 rose flower|장미 꽃
🌊 wave sea harbour|파도 바다
⛵ sailboat harbour|배 요트 항구
⚓ anchor harbour|닻 항구
🌅 sunrise dawn morning|일출 새벽 아침
☀️ sun sunny|해 맑음
🌧️ rain|비
❄️ snow cold|눈 추위
🌈 rainbow|무지개
🌙 moon night|달 밤
🐶 dog puppy|강아지 개
🐱 cat|고양이
🐰 rabbit|토끼
🐻 bear|곰
🐼 panda|판다
🐧 penguin|펭귄
🦆 duck|오리
🦊 fox|여우
🐢 turtle slow|거북이 느림
👑 crown king queen|왕관
💰 money|돈
💻 laptop computer work|노트북 컴퓨터 일
📱 phone mobile|휴대폰
🏠 home house|집
🏢 office building|회사 사무실
🚗 car|자동차
✈️ plane travel flight|비행기 여행
🏖️ beach vacation|휴가 해변
🏃 run running|달리기
🧘 calm yoga|명상 요가
👻 ghost boo|유령
💀 skull dead|해골 죽음
🤖 robot bot|로봇
💩 poop|똥
🙈 monkey see no evil|원숭이 못봄
`;

export interface Emoji {
  emoji: string;
  en: string;
  ko: string;
}

const parseLine = (line: string): Emoji => {
  const space = line.indexOf(" ");
  const [en = "", ko = ""] = line.slice(space + 1).split("|");
  return { emoji: line.slice(0, space), en, ko };
};

export const emojis: readonly Emoji[] = LIST.trim().split("\n").map(parseLine);
